import type { Rule } from '../../engine/rule.ts';

/** glibc opens it by name when a thread is cancelled or exits, and aborts without it (sysdeps/nptl/pthread_cancel_init). */
export const libgcc: Rule = {
  name: 'libgcc',
  summary: 'unwinds the stack for thread cancellation and backtraces',
  default: 'on',
  trigger: { imports: ['pthread_exit', 'pthread_cancel', 'thrd_exit', 'backtrace', 'pthread_setcanceltype'] },
  packages: /^libgcc(-s1|1)?$/,
  apply: () => ({ libraries: ['libgcc_s.so.1'] }),
};
