/*
 * `node --require usage.cjs ...`: when the process ends, what it used goes to the file that SKINNYWHALE_BENCH_USAGE names.
 * VmHWM (proc(5)) is the peak of the program itself; ru_maxrss would count what the process was before exec, too.
 */
const { readFileSync, writeFileSync } = require('node:fs');

process.on('exit', () => {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1'));
  const { user, system } = process.cpuUsage();
  const usage = { peakBytes: Number(kilobytes) * 1024, cpuSeconds: (user + system) / 1e6 };
  writeFileSync(process.env.SKINNYWHALE_BENCH_USAGE, JSON.stringify(usage));
});
