// A process that does nothing: how late its event loop is, is the machine's doing and nobody else's.
// What scripts/lib/gateway-probe.mjs, which is loaded before, tells of it is all that it is for.
process.channel?.ref();
