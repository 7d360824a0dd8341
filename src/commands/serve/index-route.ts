import type { Route } from './route.ts';

/** The page at `/` where there is no live one: what there is. */
export function indexRoute(version: string): Route {
  const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>warpwatch</title>
<h1>warpwatch ${version}</h1>
<ul>
<li><a href="/metrics">/metrics</a>: for Prometheus
<li><a href="/healthz">/healthz</a>: whether this machine is looked at
</ul>
<p>A live page is here with <code>warpwatch serve --web</code>.</p>
</html>
`;
  return {
    path: '/',
    handle: (_request, response) => {
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      response.end(page);
    },
  };
}
