/* A libnvidia-ml with so few functions that a test can see each argument arrive as nvml.h says. */
#include <stdint.h>
#include <string.h>

int nvmlInit_v2(void) { return 0; }
int nvmlShutdown(void) { return 0; }
int nvmlSystemGetDriverVersion(char *version, unsigned room) {
  if (room < 8) return 7;
  strcpy(version, "470.57");
  return 0;
}
int nvmlDeviceGetCount_v2(unsigned *count) {
  *count = 1;
  return 0;
}
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **device) {
  if (index != 0) return 2;
  *device = (void *)0x7fffdeadbee8;
  return 0;
}
static int isDevice(void *device) { return device == (void *)0x7fffdeadbee8; }
int nvmlDeviceGetUtilizationRates(void *device, unsigned *percent) {
  if (!isDevice(device)) return 2;
  percent[0] = 97;
  percent[1] = 12;
  return 0;
}
int nvmlDeviceGetClockInfo(void *device, unsigned type, unsigned *clock) {
  if (!isDevice(device)) return 2;
  *clock = type == 1 ? 1410 : 1215;
  return 0;
}
int nvmlDeviceGetTotalEnergyConsumption(void *device, unsigned long long *millijoules) {
  if (!isDevice(device)) return 2;
  *millijoules = 123456789012ULL;
  return 0;
}
int nvmlDeviceGetProcessUtilization(void *device, void *samples, unsigned *count, unsigned long long since) {
  return isDevice(device) && samples && count && since < 1ULL << 60 ? 6 : 2;
}
