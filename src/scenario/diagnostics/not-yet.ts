/** The refusal of what the format has and this version does not build: named, so that it is no typo. */
export const notYet = (feature: string): string =>
  `${feature} is not supported by this version yet`;
