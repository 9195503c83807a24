// A clock that all processes of this machine share, so that one can tell how long ago another sent.

export const machineClock = { nowMs: () => Number(process.hrtime.bigint()) / 1e6 };
