import { createHash } from 'node:crypto';
import { escapeHtml, jsonInScript } from './embed.ts';
import { dataIds } from './page-data.ts';

/** A page's own program and the style, as they are built into `dist/dashboards/web`. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

/**
 * A page that holds its program, its style and its data. The policy forbids whatever is not in it: no address can be
 * loaded from or sent to, and no script runs but the one whose digest it names.
 * @param data cleaned, as JSON can hold them
 * @param executions they come last, so that the page is drawn before they are read
 */
export function pageHtml(
  title: string,
  data: unknown,
  { script, style }: PageAssets,
  executions: Buffer | null,
): string {
  const policy = [
    "default-src 'none'",
    `script-src '${digest(script)}'`,
    `style-src '${digest(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    '<link rel="icon" href="data:,">',
    `<title>${escapeHtml(title)} · warpwatch</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    '<noscript>This report is drawn by a script that it holds; allow scripts for this file to see it.</noscript>',
    '<main id="report"></main>',
    `<script type="application/json" id="${dataIds.page}">${jsonInScript(data)}</script>`,
    `<script>${script}</script>`,
    ...(executions === null
      ? []
      : [
          `<script type="application/octet-stream" id="${dataIds.executions}">${executions.toString('base64')}</script>`,
        ]),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function digest(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
