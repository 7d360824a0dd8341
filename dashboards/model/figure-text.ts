import { type DeviceFigure, deviceFigures } from '../../src/analysis/device-figures.ts';
import { throttleWords } from '../../src/analysis/throttle-reasons.ts';
import { byteSize, count, percent, quantity, withUnit } from '../../src/model/numbers.ts';

/** A figure of a device as text, in the unit of its row in `deviceFigures`. */
export function figureText(name: DeviceFigure, value: number): string {
  switch (deviceFigures[name].unit) {
    case 'ratio':
      return percent(value);
    case 'bytes':
      return byteSize(value);
    case 'bytesPerSecond':
      return `${byteSize(value)}/s`;
    case 'flopsPerSecond':
      return withUnit(value, 'FLOP/s');
    case 'watts':
      return `${value.toFixed(0)} W`;
    case 'joules':
      return withUnit(value, 'J');
    case 'megahertz':
      return `${value.toFixed(0)} MHz`;
    case 'celsius':
      return `${value.toFixed(0)} °C`;
    case 'count':
      return Number.isInteger(value) ? count(value) : quantity(value);
    case 'throttleReasons':
      return throttleWords(value) || 'nothing';
  }
}
