import { LivePage } from './live/page.ts';

const root = document.getElementById('live');
if (root !== null) new LivePage(root);
