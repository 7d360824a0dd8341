/**
 * Loaded into a training by `--import`: its GPU is lost after so many submissions as WARPWATCH_TEST_SUBMISSIONS says, as
 * when a driver crashes.
 */
const most = Number(process.env['WARPWATCH_TEST_SUBMISSIONS']);

if (process.send) {
  const { globals } = await import('webgpu');
  const { GPUAdapter, GPUQueue } = globals;
  const { requestDevice } = GPUAdapter.prototype;
  const { submit } = GPUQueue.prototype;
  let device = null;
  let count = 0;
  GPUAdapter.prototype.requestDevice = async function (...args) {
    device = await requestDevice.apply(this, args);
    return device;
  };
  GPUQueue.prototype.submit = function (...args) {
    const result = submit.apply(this, args);
    count += 1;
    if (count === most) device.destroy();
    return result;
  };
}
