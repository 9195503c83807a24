// Runs the benchmarks named on the command line, or all of them.
export {};
