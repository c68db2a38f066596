/** Where engines put files that no image has. */
export const mounted = /^\/(?:dev|proc|sys|run|var\/run)\//;
