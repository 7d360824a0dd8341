/* Figures of a GPU that one call gives. */
#include "driver.h"

struct utilization { u32 gpu, memory; };
int nvmlDeviceGetUtilizationRates(device_t device, struct utilization *out) {
  BEGIN(device);
  if (device->mig || device->parent) return NOT_SUPPORTED;
  READ(device, "util");
  out->gpu = as_u32(value);
  code = read_figure(device, "memory-util", &value);
  out->memory = as_u32(value);
  return code;
}

static int memory(device_t device, double *total, double *used) {
  int code = read_figure(device, device->parent ? "memory" : "memory-total", total);
  return code != OK ? code : read_figure(device, device->parent ? "used" : "memory-used", used);
}
struct memory_v1 { u64 total, free, used; };
int nvmlDeviceGetMemoryInfo(device_t device, struct memory_v1 *out) {
  BEGIN(device);
  double total = 0, used = 0;
  if ((code = memory(device, &total, &used)) != OK) return code;
  *out = (struct memory_v1){as_u64(total), as_u64(total > used ? total - used : 0), as_u64(used)};
  return OK;
}
struct memory_v2 { u32 version; u64 total, reserved, free, used; };
int nvmlDeviceGetMemoryInfo_v2(device_t device, struct memory_v2 *out) {
  BEGIN(device);
  double total = 0, used = 0;
  if (out->version != (sizeof *out | 2 << 24)) return OTHER_VERSION;
  if ((code = memory(device, &total, &used)) != OK) return code;
  *out = (struct memory_v2){out->version, as_u64(total), 0, as_u64(total > used ? total - used : 0), as_u64(used)};
  return OK;
}

NUMBER(nvmlDeviceGetNumGpuCores, "cores", u32)
NUMBER(nvmlDeviceGetPersistenceMode, "persistence", u32)
NUMBER(nvmlDeviceGetPowerUsage, "power", u32)
NUMBER(nvmlDeviceGetEnforcedPowerLimit, "power-limit", u32)
NUMBER(nvmlDeviceGetPowerManagementLimit, "power-limit", u32)
NUMBER(nvmlDeviceGetTotalEnergyConsumption, "energy", u64)
NUMBER(nvmlDeviceGetCurrentClocksEventReasons, "throttle-reasons", u64)
NUMBER(nvmlDeviceGetCurrentClocksThrottleReasons, "throttle-reasons", u64)
NUMBER(nvmlDeviceGetFanSpeed, "fan", u32)
NUMBER(nvmlDeviceGetCurrPcieLinkGeneration, "pcie-generation", u32)
NUMBER(nvmlDeviceGetCurrPcieLinkWidth, "pcie-width", u32)
NUMBER(nvmlDeviceGetMaxPcieLinkGeneration, "pcie-generation-max", u32)
NUMBER(nvmlDeviceGetMaxPcieLinkWidth, "pcie-width-max", u32)
NUMBER_AND_TIME(nvmlDeviceGetEncoderUtilization, "encoder-util")
NUMBER_AND_TIME(nvmlDeviceGetDecoderUtilization, "decoder-util")

static const char *clock_name(u32 type, int most) {
  if (type == 2) return most ? "memory-clock-max" : "memory-clock";
  return most ? "sm-clock-max" : "sm-clock";
}
int nvmlDeviceGetClockInfo(device_t device, u32 type, u32 *out) {
  BEGIN(device);
  READ(device, clock_name(type, 0));
  *out = as_u32(value);
  return OK;
}
int nvmlDeviceGetMaxClockInfo(device_t device, u32 type, u32 *out) {
  BEGIN(device);
  READ(device, clock_name(type, 1));
  *out = as_u32(value);
  return OK;
}
int nvmlDeviceGetTemperature(device_t device, u32 sensor, u32 *out) {
  (void)sensor;
  BEGIN(device);
  READ(device, "temperature");
  *out = as_u32(value);
  return OK;
}
/* The same question in its newer form. */
struct temperature { u32 version, sensor; int celsius; };
int nvmlDeviceGetTemperatureV(device_t device, struct temperature *out) {
  BEGIN(device);
  if (out->version != (sizeof *out | 1 << 24)) return OTHER_VERSION;
  READ(device, "temperature");
  out->celsius = (int)value;
  return OK;
}
int nvmlDeviceGetTemperatureThreshold(device_t device, u32 which, u32 *out) {
  BEGIN(device);
  *out = which == 0 ? 95 : 90;
  return OK;
}
/* Takes its time, as the real one does. */
int nvmlDeviceGetPcieThroughput(device_t device, u32 direction, u32 *out) {
  pause_ms(20);
  BEGIN(device);
  READ(device, direction == 0 ? "gpm20" : "gpm21");
  *out = as_u32(value * 1024);
  return OK;
}
int nvmlDeviceGetEccMode(device_t device, u32 *now, u32 *pending) {
  BEGIN(device);
  READ(device, "ecc-mode");
  *now = *pending = as_u32(value);
  return OK;
}
int nvmlDeviceGetTotalEccErrors(device_t device, u32 kind, u32 counter, u64 *out) {
  (void)counter;
  BEGIN(device);
  READ(device, kind == 0 ? "ecc-corrected" : "ecc-uncorrected");
  *out = as_u64(value);
  return OK;
}

struct field { u32 id, scope; long long time, latency; u32 type; int code; union { double d; u32 u; u64 ull; } value; };
int nvmlDeviceGetFieldValues(device_t device, int count, struct field *fields) {
  BEGIN(device);
  for (int at = 0; at < count; at++) {
    double value = 0;
    fields[at].code = fields[at].id == 82 ? read_figure(device, "memory-temperature", &value) : NOT_SUPPORTED;
    fields[at].type = 1;
    fields[at].value.u = as_u32(value);
  }
  return OK;
}
