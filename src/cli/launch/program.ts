/** The largest of the scripts of the command: all that is not needed before an action runs. */
export * as actions from '../actions/actions.ts';
