/**
 * The one place where numbers become text for people: always with their unit, three significant
 * digits, no locale. Files have their own fixed decimals, see files/columns.ts.
 */

/** 1,140,212 for 1140212. */
export function formatCount(value: number): string {
  const rounded = Math.round(value);
  return String(rounded).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** Three significant digits without an exponent and without trailing zeros: 9.1, 58, 143, 0.0125. */
export function formatSignificant(value: number): string {
  if (value === 0) return '0';
  const magnitude = Math.abs(value);
  if (magnitude >= 1000) return formatCount(value);
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(magnitude)));
  const text = value.toFixed(Math.min(decimals, 9));
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

const UNITS: readonly { readonly name: string; readonly ns: number }[] = [
  { name: 's', ns: 1e9 },
  { name: 'ms', ns: 1e6 },
  { name: 'us', ns: 1e3 },
  { name: 'ns', ns: 1 },
];

/** A measured time in nanoseconds: 9.1ms, 143ms, 1.84s, 2,400s. */
export function formatTime(ns: number): string {
  if (ns === 0) return '0ms';
  const magnitude = Math.abs(ns);
  // 999.6us would round to 1000us: the next unit starts where three digits end.
  const unit = UNITS.find((candidate) => magnitude >= candidate.ns * 0.9995) ?? UNITS.at(-1)!;
  return `${formatSignificant(ns / unit.ns)}${unit.name}`;
}

/** A ratio (0–1) in percent: 16.4%, 0.02%, 100%. */
export function formatRatio(ratio: number): string {
  return `${formatSignificant(ratio * 100)}%`;
}

/** A share (0–1) in percent with one decimal, for columns: 11.6%. */
export function formatShare(ratio: number): string {
  return `${(ratio * 100).toFixed(1)}%`;
}

/** A change (0.03 is 3 % more) with its sign: +3.0%, -32.9%; one that would round to nothing is <0.1%. */
export function formatChange(ratio: number): string {
  const percent = ratio * 100;
  if (percent !== 0 && Math.abs(percent) < 0.05) return '<0.1%';
  const text = Math.abs(percent) >= 100 ? formatCount(percent) : percent.toFixed(1);
  return `${percent >= 0 ? '+' : ''}${text}%`;
}

/** A rate per second: 2,000/s. */
export function formatRate(perSecond: number): string {
  return `${formatSignificant(perSecond)}/s`;
}

/** Events or requests per second at a glance: 1.9M, 210k, 35. */
export function formatCompact(value: number): string {
  if (value >= 999_500) return `${(value / 1e6).toFixed(1)}M`;
  if (value >= 999.5) return `${(value / 1e3).toFixed(0)}k`;
  return value.toFixed(0);
}

/** `1 request`, `2 requests`. */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
