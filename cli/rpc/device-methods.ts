// The method `devices.list`: what there is to hear and be heard with, to see and be seen with.

import { listDevices, listVideoDevices, type AudioDeviceList, type VideoDeviceList } from '../../src/index.ts';
import { readFields, type RpcMethod } from './params.ts';

type DeviceRows = AudioDeviceList & VideoDeviceList;

export function deviceMethods(
  list: typeof listDevices = listDevices,
  listVideo: typeof listVideoDevices = listVideoDevices,
): Record<string, RpcMethod> {
  return {
    async 'devices.list'(params): Promise<DeviceRows> {
      readFields(params, []);
      const [sound, video] = await Promise.all([list(), listVideo()]);
      return { ...sound, ...video, missing: [...sound.missing, ...video.missing] };
    },
  };
}
