/** The module that this process, as a worker, is loading its job from. */
export const loading: { moduleUrl: string | undefined } = { moduleUrl: undefined }
