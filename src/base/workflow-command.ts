/**
 * Commands that GitHub Actions reads from a step's output. They are escaped as
 * @actions/core of actions/toolkit does it.
 */

const data = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** `::error file=a.yaml,line=3::message`, with a line feed; properties in their order. */
export function workflowCommand(
  command: 'error' | 'warning' | 'notice',
  properties: Readonly<Record<string, string | number>>,
  message: string,
): string {
  const list = Object.entries(properties).map(([name, value]) => `${name}=${property(`${value}`)}`);
  return `::${command}${list.length === 0 ? '' : ' '}${list.join(',')}::${data(message)}\n`;
}
