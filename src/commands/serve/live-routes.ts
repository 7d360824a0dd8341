import { readAssets } from '../web-assets.ts';
import { EventStreams, type StreamOptions } from './events.ts';
import type { Route, Served } from './route.ts';

/** Nothing is loaded from or sent to another address, and no script or style runs that does not come from here. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/live.css">
<title>warpwatch</title>
</head>
<body>
<noscript>This page is drawn by a script of this server; allow it to see the figures, or look at /metrics.</noscript>
<main id="live"></main>
<script src="/live.js"></script>
</body>
</html>
`;

/**
 * The live page and what it is made of.
 * @throws WarpwatchError `unsupported` where the page's program has not been built
 */
export function liveRoutes(served: Served, options: StreamOptions): readonly Route[] {
  const { script, style } = readAssets('live', 'live');
  const streams = new EventStreams(served, options);
  return [
    { ...textRoute('/', 'text/html', page), contentSecurityPolicy: policy },
    textRoute('/live.js', 'text/javascript', script),
    textRoute('/live.css', 'text/css', style),
    { path: '/events', stays: true, handle: (request, response) => streams.open(request, response) },
  ];
}

function textRoute(path: string, type: string, text: string): Route {
  return {
    path,
    handle: (_request, response) => {
      response.setHeader('Content-Type', `${type}; charset=utf-8`);
      response.end(text);
    },
  };
}
