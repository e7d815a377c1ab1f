/**
 * The version of the model: what a fingerprint is comparable within. It is raised whenever the same
 * plan and seed give other figures than before, whatever the version of the package does.
 */
export const MODEL_VERSION = 4;
