/** Common events of NVIDIA's list of XID errors (docs.nvidia.com/deploy/xid-errors), in a few words. */
const words: ReadonlyMap<number, string> = new Map([
  [13, 'a kernel did what the hardware refuses'],
  [31, 'a kernel read or wrote memory that is not its own'],
  [32, 'a broken command buffer'],
  [43, 'a program stopped by a fault of its own'],
  [45, 'a program was ended before its work was done'],
  [48, 'a memory error of two bits (ECC)'],
  [61, 'the firmware of the GPU halted'],
  [62, 'the firmware of the GPU halted'],
  [63, 'a memory row was taken out of use (ECC)'],
  [64, 'a memory row could not be taken out of use (ECC)'],
  [74, 'an NVLink error'],
  [79, 'the GPU fell off the bus'],
  [92, 'many memory errors of one bit (ECC)'],
  [94, 'a memory error that one program contained (ECC)'],
  [95, 'a memory error that was not contained (ECC)'],
  [119, 'the system processor of the GPU did not answer'],
  [120, 'the system processor of the GPU failed'],
]);

/** Faults of the program that ran, not of the GPU. */
const ofPrograms: ReadonlySet<number> = new Set([13, 31, 43, 45]);

/** Such as `XID 79 (the GPU fell off the bus)`. */
export function xidWords(xid: number): string {
  const own = words.get(xid);
  return own === undefined ? `XID ${xid}` : `XID ${xid} (${own})`;
}

/** Whether the program is the first thing to look at. */
export function isProgramFault(xid: number): boolean {
  return ofPrograms.has(xid);
}
