/** What the words of a report mean. */
export const words: Readonly<Record<string, string>> = {
  util: 'Share of the sample period in which at least one kernel ran: what nvidia-smi prints. It says nothing of how much of the GPU that kernel filled.',
  kernelBusy:
    'Share of the window in which at least one kernel ran: util, computed exactly from kernel records.',
  gpuBusy: 'The same as kernelBusy with memory copies and sets counted in.',
  smActive:
    'Share of SM time with at least one warp resident. Read from a counter, or worked out from launches: the mean over the window of min(1, blocks of running kernels / SMs).',
  occupancy:
    'Resident warps over the most that fit, over the whole window, idle included. Read from a counter.',
  kernelOccupancy:
    'Occupancy that each launch can reach by its grid, block, registers and shared memory, weighted by the time of the kernels. Idle time is not in it.',
  tensorActive: 'Share of time in which the tensor pipes were busy. Read from a counter.',
  tensorKernels:
    'Share of the time of matrix kernels (gemm, convolution, attention) in those whose names say that they use tensor cores.',
  dramActive: 'Share of the peak memory bandwidth in use. Read from a counter.',
  peakShare: 'Arithmetic of the kernels over the most that the device can do.',
  mfu: 'Model FLOP/s utilization: the arithmetic that the model needs, over the peak of the device. Work that an implementation adds does not count.',
  arithmetic: 'Floating-point operations of the kernels per second of the window.',
  step: 'One iteration of a training, from taking its batch to the end of its update; figures over steps reach to the end of the device work of each.',
  samplesPerSecond: 'Samples (images, sequences) trained on per second of step time.',
  stepSeconds: 'How long each step took.',
  stepsPerSecond: 'Steps of all ranks together per second.',
  programSeconds: 'From the start of a program to its end.',
  idle: 'Time of the window in which the device did nothing: no kernel, no copy, no set.',
  hostBound: 'Idle since the host had not yet called for what ran next.',
  launchBound:
    'Idle although the host had called: the launch was on its way, or the device turned from one queued kernel to the next.',
  otherIdle:
    'The rest of the idle time: waiting for an event or another stream, or the call is not recorded.',
  launchDelay: 'Time from the call of the host to the start on the device.',
  queueDepth: 'Executions that were called for and had not started, on average over the window.',
  communication: 'Collectives and other transfers between ranks: the union of the times of their kernels.',
  overlap: 'Share of that time in which something else ran too, so that it cost nothing.',
  exposed: 'Communication that nothing else hid: the training waited for it.',
  category: 'What a kernel does, by its name.',
  share: 'Part of the kernel time of its device.',
  calls: 'How often it ran.',
  mean: 'Average duration of one execution.',
  total: 'Sum of the durations of all executions.',
  limitedBy: 'What keeps more blocks from an SM: warps, registers, shared memory, blocks or barriers.',
  waves: 'Blocks of the grid over what all SMs hold at once: 1 is a full wave, less leaves SMs empty.',
  tail: 'How full the last wave is; a nearly empty one leaves most SMs waiting.',
  tensorCores: 'Whether the name of the kernel says that it uses tensor (matrix) cores.',
  grid: 'Number of blocks in x, y and z.',
  block: 'Number of threads of a block in x, y and z.',
  registers: 'Registers of each thread.',
  shared: 'Shared memory of each block.',
  straggler: 'A rank or replica that the others wait for.',
  replica: 'One copy of the model, which trains on its own part of the samples.',
  efficiency:
    'Samples per second over the number of replicas times those of one replica alone; 100 % is perfect scaling.',
  interval:
    "95 % confidence interval over rounds by Student's t; left out where there are too few rounds to tell.",
  compute: 'Share of the time of steps that is neither waiting nor communicating.',
  slowed: 'Computing that was put in on purpose to stand for a slower device; a part of compute.',
  wait: 'Share of the time of steps in which a replica was blocked until another did its part.',
  communicate:
    'Share of the time of steps in which gradients or parameters were handed over and taken in: copies, sums, messages.',
  staleness:
    'Updates of the shared parameters by others between taking them and updating them; 0 where all replicas keep step.',
  finalLoss: 'Loss at the end of the training.',
  finalAccuracy: 'Accuracy of the evaluation at the end of the training.',
  atEqualSeconds: 'Accuracy at the time of training that every run came to.',
  atEqualSamples: 'Accuracy at the number of samples that every run came to.',
  rank: 'One process of a distributed training.',
  dropped: 'Records that were never written: a buffer or the disk was full.',
  unfinished: 'Records that began and never ended.',
  outOfRange: 'Records left out, since a field of theirs cannot be.',
};
