/**
 * How text is coloured. Renderers are given a Style and never ask where they print; no colour
 * carries anything that the words do not.
 */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
}

const asIs = (text: string): string => text;

/** No colours at all. */
export const PLAIN: Style = { bold: asIs, dim: asIs, red: asIs, green: asIs, yellow: asIs };
