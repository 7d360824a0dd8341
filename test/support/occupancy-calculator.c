/* Asks the occupancy calculator of a CUDA toolkit: one launch a line in, blocks and limiting factors a line out. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <cuda_occupancy.h>

int main(void) {
  cudaOccDeviceProp device;
  cudaOccFuncAttributes kernel;
  cudaOccDeviceState state;
  int threads;
  memset(&device, 0, sizeof device);
  memset(&kernel, 0, sizeof kernel);
  memset(&state, 0, sizeof state);
  device.maxThreadsPerBlock = 1024;
  device.regsPerMultiprocessor = 65536;
  device.warpSize = 32;
  device.sharedMemPerBlock = 48 * 1024;
  device.numSms = 100;
  kernel.maxThreadsPerBlock = INT_MAX;
  kernel.shmemLimitConfig = FUNC_SHMEM_LIMIT_OPTIN;
  state.carveoutConfig = SHAREDMEM_CARVEOUT_MAX_SHARED;
  while (scanf("%d.%d %d %d %zu %zu %zu %d %d %zu %d", &device.computeMajor, &device.computeMinor,
               &device.maxThreadsPerMultiprocessor, &device.regsPerBlock, &device.sharedMemPerMultiprocessor,
               &device.sharedMemPerBlockOptin, &device.reservedSharedMemPerBlock, &threads, &kernel.numRegs,
               &kernel.maxDynamicSharedSizeBytes, &kernel.numBlockBarriers) == 11) {
    cudaOccResult result;
    cudaOccError error;
    memset(&result, 0, sizeof result);
    error = cudaOccMaxActiveBlocksPerMultiprocessor(&result, &device, &kernel, &state, threads,
                                                    kernel.maxDynamicSharedSizeBytes);
    printf("%d %u\n", error ? -error : result.activeBlocksPerMultiprocessor, result.limitingFactors);
  }
  return 0;
}
