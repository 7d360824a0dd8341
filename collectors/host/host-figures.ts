/** What is used of systeminformation's answers; each may hold null or NaN where the platform says nothing. */
export interface HostAnswers {
  /** Percent of all cores, since the call before. */
  readonly currentLoad: number | null;
  readonly memoryTotalBytes: number | null;
  readonly memoryAvailableBytes: number | null;
}

export interface HostFigures {
  /** 0..1, or null where it makes no sense. */
  readonly util: number | null;
  readonly memoryUsedBytes: number | null;
}

/** Turns the answers into figures; what is out of range is unknown, not clipped. */
export function toHostFigures(answers: HostAnswers): HostFigures {
  return { util: toUtil(answers.currentLoad), memoryUsedBytes: toUsedBytes(answers) };
}

function toUtil(percent: number | null): number | null {
  if (percent === null || !(percent >= 0 && percent <= 100.5)) return null;
  return Math.min(1, percent / 100);
}

/** Used is what a new program could not have: caches that the kernel would give up are not in it. */
function toUsedBytes({ memoryTotalBytes, memoryAvailableBytes }: HostAnswers): number | null {
  if (memoryTotalBytes === null || memoryAvailableBytes === null) return null;
  const used = memoryTotalBytes - memoryAvailableBytes;
  return used >= 0 && memoryTotalBytes > 0 ? used : null;
}
