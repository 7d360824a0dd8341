import type { LaunchTable } from '../../../src/report/html/page-data.ts';

/** The name of a launch of the page. */
export function nameOf({ names, name }: LaunchTable, launch: number): string {
  return names[name[launch] ?? -1] ?? '';
}

const lightness = new Map<string, boolean>();

/** Whether dark text reads better on a colour such as `#88ccee`: by its relative luminance (WCAG 2). */
export function isLight(colour: string): boolean {
  let light = lightness.get(colour);
  if (light === undefined) {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179;
    lightness.set(colour, light);
  }
  return light;
}
