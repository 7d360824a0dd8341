/**
 * How long the GPU works at what is submitted, measured beside the recording and without anything of it: an empty pass with
 * timestamps before each submission and one after. What lies between is the device's work, gaps between passes included.
 */
export class BusyTimes {
  readonly #device: GPUDevice;
  readonly #queue: GPUQueue;
  readonly #querySet: GPUQuerySet;
  readonly #submit: GPUQueue['submit'];
  #count = 0;

  /** @param most submissions */
  constructor(device: GPUDevice, queue: GPUQueue, most: number) {
    this.#device = device;
    this.#queue = queue;
    this.#querySet = device.createQuerySet({ type: 'timestamp', count: 4 * most });
    this.#submit = queue.submit;
    queue.submit = (buffers) => {
      if (this.#count === most) throw new RangeError(`more than ${most} submissions`);
      const at = 4 * this.#count;
      this.#count += 1;
      return this.#submit.call(queue, [this.#stamp(at), ...buffers, this.#stamp(at + 2)]);
    };
  }

  /** Ends the measurement. Seconds of all submissions. */
  async end(): Promise<number> {
    Reflect.deleteProperty(this.#queue, 'submit');
    const size = 32 * this.#count;
    const { COPY_SRC, COPY_DST, QUERY_RESOLVE, MAP_READ } = GPUBufferUsage;
    const resolved = this.#device.createBuffer({ size, usage: QUERY_RESOLVE | COPY_SRC });
    const readable = this.#device.createBuffer({ size, usage: COPY_DST | MAP_READ });
    const encoder = this.#device.createCommandEncoder();
    encoder.resolveQuerySet(this.#querySet, 0, 4 * this.#count, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, readable, 0, size);
    this.#queue.submit([encoder.finish()]);
    await readable.mapAsync(GPUMapMode.READ);
    const stamps = new BigUint64Array(readable.getMappedRange().slice(0));
    readable.unmap();
    let busyNs = 0n;
    for (let at = 0; at < stamps.length; at += 4) busyNs += (stamps[at + 2] ?? 0n) - (stamps[at + 1] ?? 0n);
    return Number(busyNs) / 1e9;
  }

  #stamp(index: number): GPUCommandBuffer {
    const encoder = this.#device.createCommandEncoder();
    const timestampWrites = {
      querySet: this.#querySet,
      beginningOfPassWriteIndex: index,
      endOfPassWriteIndex: index + 1,
    };
    encoder.beginComputePass({ timestampWrites }).end();
    return encoder.finish();
  }
}
