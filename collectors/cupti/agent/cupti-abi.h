/*
 * What the agent needs of CUPTI's and CUDA's binary interface, so that no toolkit is needed to build it. Where a toolkit
 * is at hand its headers hold every number below to account at compile time.
 */
#ifndef WARPWATCH_CUPTI_ABI_H
#define WARPWATCH_CUPTI_ABI_H

#include <stddef.h>
#include <stdint.h>

enum activity_kind {
  KIND_MEMCPY = 1,
  KIND_MEMSET = 2,
  KIND_KERNEL = 3,
  KIND_CONCURRENT_KERNEL = 10,
  KIND_MARKER = 12,
  KIND_OVERHEAD = 17,
  KIND_CDP_KERNEL = 18,
  KIND_MEMCPY2 = 22,
};

enum cupti_result {
  RESULT_SUCCESS = 0,
  RESULT_MAX_LIMIT_REACHED = 12,
  RESULT_NOT_COMPATIBLE = 14,
  RESULT_INSUFFICIENT_PRIVILEGES = 35,
  RESULT_MULTIPLE_SUBSCRIBERS = 39,
};

enum marker_flag { MARKER_INSTANTANEOUS = 1, MARKER_START = 2, MARKER_END = 4 };

/* That of CUDA 8: from it on the records are as below. */
enum { LEAST_API_VERSION = 9 };

/* CUpti_ThreadIdType: the system's ids instead of pthread_self(). */
enum { THREAD_ID_SYSTEM = 1 };

/* Kernel records from version 3 (CUDA 7) on; later versions only add at the end. */
enum kernel_offset {
  KERNEL_REGISTERS = 6, /* u16 */
  KERNEL_START = 16,
  KERNEL_END = 24,
  KERNEL_DEVICE = 40,
  KERNEL_STREAM = 48,
  KERNEL_GRID = 52,  /* three of 4 bytes */
  KERNEL_BLOCK = 64, /* three of 4 bytes */
  KERNEL_STATIC_SHARED = 76,
  KERNEL_DYNAMIC_SHARED = 80,
  KERNEL_NAME = 104,
};

/* Kernels that kernels launched. */
enum cdp_kernel_offset {
  CDP_REGISTERS = 6, /* u16 */
  CDP_START = 8,
  CDP_END = 16,
  CDP_DEVICE = 24,
  CDP_STREAM = 32,
  CDP_GRID = 36,
  CDP_BLOCK = 48,
  CDP_STATIC_SHARED = 60,
  CDP_DYNAMIC_SHARED = 64,
  CDP_NAME = 136,
};

/* The same in the records of copies within one device, between devices, and in those of fills. */
enum copy_offset {
  COPY_KIND = 4,   /* u8 */
  COPY_SOURCE = 5, /* u8 */
  COPY_TARGET = 6, /* u8 */
  COPY_BYTES = 8,
  COPY_START = 16,
  COPY_END = 24,
  COPY_DEVICE = 32,
  COPY_STREAM = 40,
  FILL_MEMORY = 50, /* u16 */
};

enum marker_offset {
  MARKER_FLAGS = 4,
  MARKER_TIME = 8,
  MARKER_ID = 16,
  MARKER_THREAD = 28,
  MARKER_NAME = 40,
};

enum overhead_offset { OVERHEAD_START = 24, OVERHEAD_FINISH = 32 };

/* CUdevice_attribute. */
enum { DEVICE_MULTIPROCESSORS = 16, DEVICE_MAJOR = 75, DEVICE_MINOR = 76 };

typedef void (*buffer_requested_fn)(uint8_t **buffer, size_t *size, size_t *most_records);
typedef void (*buffer_completed_fn)(void *context, uint32_t stream, uint8_t *buffer, size_t size, size_t valid);

/* Functions that this libcupti lacks are null. */
struct cupti {
  int (*get_version)(uint32_t *version);
  int (*get_result_string)(int result, const char **text);
  int (*register_callbacks)(buffer_requested_fn requested, buffer_completed_fn completed);
  int (*enable)(int kind);
  int (*disable)(int kind);
  int (*flush_all)(uint32_t flag);
  int (*get_next_record)(uint8_t *buffer, size_t valid, uint8_t **record);
  int (*get_dropped)(void *context, uint32_t stream, size_t *dropped);
  int (*get_timestamp)(uint64_t *timestamp);
  int (*register_timestamp)(uint64_t (*callback)(void));
  int (*set_thread_id_type)(int type);
  int (*subscribe)(void **subscriber, void (*callback)(void), void *data);
  int (*unsubscribe)(void *subscriber);
  int (*nvtx_initialize2)(void *get_export_table);
  int (*nvtx_initialize)(void *table);
};

#if __has_include(<cupti.h>)
#include <cupti.h>
#define HOLD(type, field, offset) _Static_assert(offsetof(type, field) == (offset), #type "." #field)
HOLD(CUpti_ActivityKernel3, registersPerThread, KERNEL_REGISTERS);
HOLD(CUpti_ActivityKernel3, start, KERNEL_START);
HOLD(CUpti_ActivityKernel3, end, KERNEL_END);
HOLD(CUpti_ActivityKernel3, deviceId, KERNEL_DEVICE);
HOLD(CUpti_ActivityKernel3, streamId, KERNEL_STREAM);
HOLD(CUpti_ActivityKernel3, gridX, KERNEL_GRID);
HOLD(CUpti_ActivityKernel3, blockX, KERNEL_BLOCK);
HOLD(CUpti_ActivityKernel3, staticSharedMemory, KERNEL_STATIC_SHARED);
HOLD(CUpti_ActivityKernel3, dynamicSharedMemory, KERNEL_DYNAMIC_SHARED);
HOLD(CUpti_ActivityKernel3, name, KERNEL_NAME);
HOLD(CUpti_ActivityKernel5, start, KERNEL_START);
HOLD(CUpti_ActivityKernel5, streamId, KERNEL_STREAM);
HOLD(CUpti_ActivityKernel5, name, KERNEL_NAME);
HOLD(CUpti_ActivityCdpKernel, registersPerThread, CDP_REGISTERS);
HOLD(CUpti_ActivityCdpKernel, start, CDP_START);
HOLD(CUpti_ActivityCdpKernel, end, CDP_END);
HOLD(CUpti_ActivityCdpKernel, deviceId, CDP_DEVICE);
HOLD(CUpti_ActivityCdpKernel, streamId, CDP_STREAM);
HOLD(CUpti_ActivityCdpKernel, gridX, CDP_GRID);
HOLD(CUpti_ActivityCdpKernel, blockX, CDP_BLOCK);
HOLD(CUpti_ActivityCdpKernel, staticSharedMemory, CDP_STATIC_SHARED);
HOLD(CUpti_ActivityCdpKernel, dynamicSharedMemory, CDP_DYNAMIC_SHARED);
HOLD(CUpti_ActivityCdpKernel, name, CDP_NAME);
HOLD(CUpti_ActivityMemcpy, copyKind, COPY_KIND);
HOLD(CUpti_ActivityMemcpy, srcKind, COPY_SOURCE);
HOLD(CUpti_ActivityMemcpy, dstKind, COPY_TARGET);
HOLD(CUpti_ActivityMemcpy, bytes, COPY_BYTES);
HOLD(CUpti_ActivityMemcpy, start, COPY_START);
HOLD(CUpti_ActivityMemcpy, end, COPY_END);
HOLD(CUpti_ActivityMemcpy, deviceId, COPY_DEVICE);
HOLD(CUpti_ActivityMemcpy, streamId, COPY_STREAM);
HOLD(CUpti_ActivityMemcpyPtoP, copyKind, COPY_KIND);
HOLD(CUpti_ActivityMemcpyPtoP, bytes, COPY_BYTES);
HOLD(CUpti_ActivityMemcpyPtoP, start, COPY_START);
HOLD(CUpti_ActivityMemcpyPtoP, deviceId, COPY_DEVICE);
HOLD(CUpti_ActivityMemcpyPtoP, streamId, COPY_STREAM);
HOLD(CUpti_ActivityMemset, bytes, COPY_BYTES);
HOLD(CUpti_ActivityMemset, start, COPY_START);
HOLD(CUpti_ActivityMemset, end, COPY_END);
HOLD(CUpti_ActivityMemset, deviceId, COPY_DEVICE);
HOLD(CUpti_ActivityMemset, streamId, COPY_STREAM);
HOLD(CUpti_ActivityMemset, memoryKind, FILL_MEMORY);
HOLD(CUpti_ActivityMarker2, flags, MARKER_FLAGS);
HOLD(CUpti_ActivityMarker2, timestamp, MARKER_TIME);
HOLD(CUpti_ActivityMarker2, id, MARKER_ID);
HOLD(CUpti_ActivityMarker2, objectId.pt.threadId, MARKER_THREAD);
HOLD(CUpti_ActivityMarker2, name, MARKER_NAME);
HOLD(CUpti_ActivityOverhead, start, OVERHEAD_START);
HOLD(CUpti_ActivityOverhead, end, OVERHEAD_FINISH);
#undef HOLD
#define HOLD(name, number) _Static_assert((int)(name) == (int)(number), #name)
HOLD(CUPTI_ACTIVITY_KIND_MEMCPY, KIND_MEMCPY);
HOLD(CUPTI_ACTIVITY_KIND_MEMSET, KIND_MEMSET);
HOLD(CUPTI_ACTIVITY_KIND_KERNEL, KIND_KERNEL);
HOLD(CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL, KIND_CONCURRENT_KERNEL);
HOLD(CUPTI_ACTIVITY_KIND_MARKER, KIND_MARKER);
HOLD(CUPTI_ACTIVITY_KIND_OVERHEAD, KIND_OVERHEAD);
HOLD(CUPTI_ACTIVITY_KIND_CDP_KERNEL, KIND_CDP_KERNEL);
HOLD(CUPTI_ACTIVITY_KIND_MEMCPY2, KIND_MEMCPY2);
HOLD(CUPTI_ACTIVITY_FLAG_MARKER_INSTANTANEOUS, MARKER_INSTANTANEOUS);
HOLD(CUPTI_ACTIVITY_FLAG_MARKER_START, MARKER_START);
HOLD(CUPTI_ACTIVITY_FLAG_MARKER_END, MARKER_END);
HOLD(CUPTI_ERROR_MAX_LIMIT_REACHED, RESULT_MAX_LIMIT_REACHED);
HOLD(CUPTI_ERROR_NOT_COMPATIBLE, RESULT_NOT_COMPATIBLE);
HOLD(CUPTI_ERROR_INSUFFICIENT_PRIVILEGES, RESULT_INSUFFICIENT_PRIVILEGES);
#if CUPTI_API_VERSION >= 17
HOLD(CUPTI_ERROR_MULTIPLE_SUBSCRIBERS_NOT_SUPPORTED, RESULT_MULTIPLE_SUBSCRIBERS);
#endif
#undef HOLD
#endif

#endif
