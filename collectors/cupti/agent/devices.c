/* The devices that records name, described by the CUDA driver that the program has loaded. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include "agent.h"

enum { MOST_DEVICES = 256 };
struct uuid { uint8_t bytes[16]; };
struct device { bool is_known, is_told; int multiprocessors, major, minor; size_t memory; char id[40], parent[24], name[256], uuid[48], bus[32]; };
static struct device devices[MOST_DEVICES];

static struct {
  int (*get)(int *device, int ordinal);
  int (*get_name)(char *name, int length, int device);
  int (*get_uuid)(struct uuid *uuid, int device);
  int (*get_bus)(char *bus, int length, int device);
  int (*get_memory)(size_t *bytes, int device);
  int (*get_attribute)(int *value, int attribute, int device);
} cuda;

static void load_function(void *library, const char *name, void *place) {
  void *found = library == NULL ? dlsym(RTLD_DEFAULT, name) : dlsym(library, name);
  if (found == NULL && library != NULL) found = dlsym(RTLD_DEFAULT, name);
  memcpy(place, &found, sizeof found);
}

static void load_cuda(void) {
  void *library = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_NOLOAD);
  load_function(library, "cuDeviceGet", &cuda.get);
  load_function(library, "cuDeviceGetName", &cuda.get_name);
  load_function(library, "cuDeviceGetUuid_v2", &cuda.get_uuid);
  if (cuda.get_uuid == NULL) load_function(library, "cuDeviceGetUuid", &cuda.get_uuid);
  load_function(library, "cuDeviceGetPCIBusId", &cuda.get_bus);
  load_function(library, "cuDeviceTotalMem_v2", &cuda.get_memory);
  load_function(library, "cuDeviceGetAttribute", &cuda.get_attribute);
  if (library != NULL) dlclose(library);
}

/* As NVML writes it: of a MIG device (version 2 of the call tells it) with another beginning. */
static void print_uuid(char *text, size_t size, const struct uuid *uuid, const char *kind) {
  const uint8_t *b = uuid->bytes;
  snprintf(text, size, "%s-%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", kind, b[0], b[1], b[2], b[3], b[4],
           b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

/* NVML's functions: a device is a pointer of its own. */
struct nvml {
  int (*init)(void);
  int (*shutdown)(void);
  int (*by_uuid)(const char *uuid, void **device);
  int (*get_index)(void *device, unsigned *index);
  int (*get_parent)(void *device, void **parent);
  int (*most_parts)(void *device, unsigned *count);
  int (*part)(void *device, unsigned index, void **part);
  int (*get_uuid)(void *device, char *uuid, unsigned length);
};

static bool load_nvml(struct nvml *nvml) {
  void *library = dlopen("libnvidia-ml.so.1", RTLD_LAZY | RTLD_LOCAL);
  if (library == NULL) return false;
  const struct { const char *name; void *place; } functions[] = {
    {"nvmlInit_v2", &nvml->init}, {"nvmlShutdown", &nvml->shutdown}, {"nvmlDeviceGetHandleByUUID", &nvml->by_uuid},
    {"nvmlDeviceGetIndex", &nvml->get_index}, {"nvmlDeviceGetUUID", &nvml->get_uuid},
    {"nvmlDeviceGetDeviceHandleFromMigDeviceHandle", &nvml->get_parent},
    {"nvmlDeviceGetMaxMigDeviceCount", &nvml->most_parts}, {"nvmlDeviceGetMigDeviceHandleByIndex", &nvml->part},
  };
  for (size_t at = 0; at < COUNT_OF(functions); at++) {
    void *found = dlsym(library, functions[at].name);
    memcpy(functions[at].place, &found, sizeof found);
  }
  return nvml->init && nvml->shutdown && nvml->by_uuid && nvml->get_index;
}

static bool name_part(const struct nvml *nvml, void *handle, struct device *device) {
  void *parent, *part;
  unsigned gpu, most;
  char uuid[96];
  if (!nvml->get_parent || !nvml->most_parts || !nvml->part || !nvml->get_uuid) return false;
  if (nvml->get_parent(handle, &parent) || nvml->get_index(parent, &gpu) || nvml->most_parts(parent, &most)) return false;
  for (unsigned at = 0; at < most; at++) {
    if (nvml->part(parent, at, &part) || nvml->get_uuid(part, uuid, sizeof uuid) || strcmp(uuid, device->uuid) != 0) continue;
    snprintf(device->parent, sizeof device->parent, "gpu%u", gpu);
    snprintf(device->id, sizeof device->id, "gpu%u/mig%u", gpu, at);
    return true;
  }
  return false;
}

/* CUDA's ordinals follow CUDA_VISIBLE_DEVICES and the order of speed, so ids are those of NVML, found by UUID. */
static void find_id(struct device *device, const struct uuid *uuid) {
  struct nvml nvml = {0};
  void *handle;
  unsigned index;
  if (!load_nvml(&nvml) || nvml.init() != 0) return;
  if (nvml.by_uuid(device->uuid, &handle) == 0) {
    if (nvml.get_index(handle, &index) == 0) snprintf(device->id, sizeof device->id, "gpu%u", index);
  } else {
    char whole[sizeof device->uuid];
    memcpy(whole, device->uuid, sizeof whole);
    print_uuid(device->uuid, sizeof device->uuid, uuid, "MIG");
    if (nvml.by_uuid(device->uuid, &handle) != 0 || !name_part(&nvml, handle, device)) memcpy(device->uuid, whole, sizeof whole);
  }
  nvml.shutdown();
}

static void describe(struct device *device, uint32_t ordinal) {
  int handle;
  struct uuid uuid;
  snprintf(device->id, sizeof device->id, "gpu%u", ordinal);
  snprintf(device->name, sizeof device->name, "GPU %u", ordinal);
  load_cuda();
  if (cuda.get == NULL || cuda.get(&handle, (int)ordinal) != 0) return;
  if (cuda.get_name != NULL && cuda.get_name(device->name, sizeof device->name - 1, handle) != 0) snprintf(device->name, sizeof device->name, "GPU %u", ordinal);
  if (cuda.get_bus != NULL && cuda.get_bus(device->bus, sizeof device->bus - 1, handle) != 0) device->bus[0] = 0;
  if (cuda.get_memory != NULL && cuda.get_memory(&device->memory, handle) != 0) device->memory = 0;
  if (cuda.get_attribute != NULL) {
    if (cuda.get_attribute(&device->multiprocessors, DEVICE_MULTIPROCESSORS, handle) != 0) device->multiprocessors = 0;
    if (cuda.get_attribute(&device->major, DEVICE_MAJOR, handle) != 0) device->major = 0;
    if (cuda.get_attribute(&device->minor, DEVICE_MINOR, handle) != 0) device->minor = 0;
  }
  if (cuda.get_uuid == NULL || cuda.get_uuid(&uuid, handle) != 0) return;
  print_uuid(device->uuid, sizeof device->uuid, &uuid, "GPU");
  find_id(device, &uuid);
}

static void add_number(struct json *json, const char *member, uint64_t value) {
  if (value > 0) json_format(json, ",\"%s\":{\"value\":%llu,\"from\":\"cuda\"}", member, (unsigned long long)value);
  else json_format(json, ",\"%s\":{\"value\":null,\"why\":\"The CUDA driver did not tell it.\"}", member);
}

static void add_text(struct json *json, const char *member, const char *text) {
  if (text[0] == 0) return;
  json_format(json, ",\"%s\":", member);
  json_text(json, text);
}

static bool tell(const struct device *device) {
  char text[2048];
  struct json json = {text, sizeof text, 0, false};
  json_raw(&json, "{\"id\":");
  json_text(&json, device->id);
  json_raw(&json, ",\"kind\":\"gpu\",\"vendor\":\"NVIDIA\"");
  add_text(&json, "name", device->name[0] == 0 ? device->id : device->name);
  add_number(&json, "smCount", (uint64_t)device->multiprocessors);
  if (device->major > 0) json_format(&json, ",\"computeCapability\":{\"value\":\"%d.%d\",\"from\":\"cuda\"}", device->major, device->minor);
  else json_raw(&json, ",\"computeCapability\":{\"value\":null,\"why\":\"The CUDA driver did not tell it.\"}");
  add_number(&json, "memoryBytes", device->memory);
  json_raw(&json, ",\"peakFlops\":{\"value\":null,\"why\":\"CUDA does not tell peaks; they depend on the type computed in.\"}");
  add_text(&json, "uuid", device->uuid);
  add_text(&json, "pciBusId", device->bus);
  add_text(&json, "parent", device->parent);
  json_raw(&json, "}");
  return frame_json(FRAME_DEVICE, &json);
}

static struct device *find_device(uint32_t ordinal) {
  struct device *device = devices + (ordinal < MOST_DEVICES ? ordinal : MOST_DEVICES - 1);
  if (!device->is_known) describe(device, ordinal);
  device->is_known = true;
  if (!device->is_told) device->is_told = tell(device);
  return device;
}

/* The device's id in recordings. Tells the device where this stream does not know it. */
const char *device_name(uint32_t ordinal) { return find_device(ordinal)->id; }

uint32_t device_multiprocessors(uint32_t ordinal) {
  int count = find_device(ordinal)->multiprocessors;
  return count > 0 ? (uint32_t)count : 0;
}

void devices_new_stream(void) {
  for (size_t at = 0; at < MOST_DEVICES; at++) devices[at].is_told = false;
}

void devices_reset(void) { memset(devices, 0, sizeof devices); }
