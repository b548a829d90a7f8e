/** The label of the mark that all containers of ours carry, beside what they are for. */
export const RUN_LABEL = 'io.skinnywhale.run';
/** What a container of ours is for. */
export const PURPOSE_LABEL = 'io.skinnywhale.purpose';
