// What a busy machine may have caused, and is tried again. A gateway that ended has failed, however seldom it does.

export const excusable = /^(?!The gateway failed)/;
