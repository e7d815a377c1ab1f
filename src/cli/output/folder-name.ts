/** The folder for results of a scenario: its name, less what has a meaning in paths. */
export const folderName = (scenario: string): string =>
  scenario.replace(/[^\w.-]+/g, '-').replace(/^\.+/, '') || 'scenario';
