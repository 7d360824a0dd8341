/** Asks Dawn for its adapters on behalf of `examine.ts`, once, and ends. */
import { messageOf } from '../../../src/model/errors.ts';
import { listAdapters } from './adapters.ts';
import type { AdapterReply } from './examine.ts';
import { loadDawn } from './library.ts';

async function answer(): Promise<AdapterReply> {
  try {
    return { adapters: await listAdapters(await loadDawn()) };
  } catch (error) {
    return { why: messageOf(error) };
  }
}

process.send?.(await answer(), () => process.disconnect());
