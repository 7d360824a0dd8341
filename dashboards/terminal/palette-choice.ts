import { themeOf, themes } from './palette.ts';
import type { Theme } from './text/style.ts';
import type { ThemeName } from './ui-state.ts';

/**
 * The theme of that name, or the one that the environment insists on.
 * @param chosen Whether the person asked for it just now; that is stronger than NO_COLOR, but not than a dumb terminal.
 */
export function themeNamed(
  name: ThemeName,
  environment: Readonly<Record<string, string | undefined>>,
  chosen = false,
): { readonly name: ThemeName; readonly theme: Theme } {
  const asked = themeOf(environment);
  if (asked === themes.bare) return { name, theme: asked };
  if (asked === themes.monochrome && !chosen) return { name: 'monochrome', theme: asked };
  return { name, theme: themes[name] };
}
