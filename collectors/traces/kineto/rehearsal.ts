import { asBytes } from './bytes.ts';
import { TraceDocument } from './document.ts';
import { EventGatherer } from './gatherer.ts';

/** What V8 sees of a function before its first few calls it forgets, so once is not enough. */
const pieceSizes = [1 << 16, 1009, 1 << 16, 1009, 331, 613, 211];
const head = '\ufeff{"schemaVersion": 1, "deviceProperties": [{"id": 0}], "x": NaN, "traceEvents": [\n';
const tail = '], "baseTimeNanoseconds": 1, "odd" oops } ';
const events = [
  '{"ph": "X", "cat": "cpu_op", "name": "aten::add", "pid": 7, "tid": 7, "ts": 1669783687464181, "dur": 45, "args": {"External id": 3073,"Input Dims": [[], [1, 2]], "Call stack": "a\\"b"}}',
  '{"ph": "X", "cat": "Operator", "name": "aten\\u003a", "pid": 7, "tid": "8", "ts": 1669783687464181.125, "dur": 4.5}',
  '{"ph": "X", "cat": "user_annotation", "name": "ProfilerStep#1", "pid": 7, "tid": 7, "ts": 1669783687464181, "dur": 0.0005}',
  '{"ph": "X", "cat": "cuda_runtime", "name": "cudaLaunchKernel", "pid": 7, "tid": 7, "ts": 1669783687464181.5, "dur": 4.500, "args": {"cbid": 211, "correlation": 5}}',
  '{"ph": "X", "cat": "cuda_driver", "name": "cuStreamSynchronize", "pid": 7, "tid": 7, "ts": 16.6e14, "dur": 4, "args": {"cbid": 211, "correlation": 7}}',
  '{"ph": "X", "cat": "kernel", "name": "gemm", "pid": 0, "tid": 7, "ts": 1669783687464190.25, "dur": 3.5, "args": {"device": 0, "stream": 7, "correlation": 5, "registers per thread": 16, "shared memory": 0, "blocks per SM": 0.3, "grid": [24, 1, 1], "block": [128, 1, 1]}}',
  '{"ph": "X", "cat": "gpu_memcpy", "name": "Memcpy", "pid": 0, "tid": "stream 7", "ts": 1669783687464195, "dur": 3, "args": {"device": 0, "correlation": 6, "bytes": 4096}}',
  '{"ph": "X", "cat": "gpu_memset", "name": "Memset (Device)", "pid": 0, "tid": 7, "ts": 1669783687464180, "dur": 3, "args": {"device": 0, "stream": 7, "bytes": 1e3}}',
  '{"ph": "X", "cat": "python_function", "name": "f", "ts": 1, "dur": 1, "args": {"a": {"b": [1]}}}',
  '{"ph": "i", "cat": "cpu_instant_event", "s": "t", "name": "[memory]", "ts": 1, "args": {"Bytes": 4}}',
  '{"ph": "s", "id": 5, "pid": 7, "tid": 7, "ts": 1, "cat": "ac2g", "name": "ac2g"}',
  '{"name": "thread_name", "ph": "M", "pid": 7, "tid": 7, "ts": 1, "args": {"name": "thread 7 (python)"}}',
  '{"name": "Record Window End", "ph": "i", "s": "g", "pid": "", "tid": "", "ts": 1}',
  '{"ph": "B", "cat": "cpu_op", "name": "a", "pid": 7, "tid": 7, "ts": 1669783687464181}',
  '{"ph": "E", "cat": "cpu_op", "pid": 7, "tid": 7, "ts": 1669783687464182}',
  '{"ph": "X" "cat": 1, ] }',
];

/**
 * Reads a made-up trace in small pieces. V8 optimises a loop for what it has seen of it; a branch that comes up
 * first in the middle of a real trace throws that work away, which cost half the time of a 50 MB trace.
 */
export function rehearse(): void {
  const whole = asBytes(`${head}${events.join(',\n  ')}${tail}`);
  const gatherer = new EventGatherer();
  for (const size of pieceSizes) {
    const document = new TraceDocument((event, bytes, end) => gatherer.take(event, bytes, end));
    for (let at = 0; at < whole.length; at += size) document.feed(whole.subarray(at, at + size));
    document.finish();
  }
}
