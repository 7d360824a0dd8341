/**
 * The process that trains. It has its own, since kernels of WebAssembly block the event loop that they run on: a
 * dashboard beside them would freeze. It knows nothing of who watches; it writes to the recording.
 */
import { openStream } from '../../recording/recording.ts';
import type { TrainingOrder } from './messages.ts';
import { trainInto } from './train-into.ts';
import { obeyWatcher } from './watcher.ts';

obeyWatcher<TrainingOrder>((order, { stop, ask }) =>
  trainInto(openStream(order.directory, 'training'), order, { stop, ask, kernels: true }),
);
