// One of the runs of .ci/run is without node-av, as most people have the program: the rest must not need it.

/** Said by that run alone: where node-av is only missing, its tests fail. */
export const WITHOUT_NODE_AV = process.env['MMCHAT_WITHOUT_NODE_AV'] === '1';
