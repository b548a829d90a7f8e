import type { ImagePath } from '../model/image-path.ts';

/**
 * Whose a kept file is.
 * `own`: of the user's application, all that it says counts. `dependency`: of a package of a language's package manager,
 * of which what is certain counts. `system`: of a package of the distribution, or of an interpreter's own library.
 * `aside`: documentation, examples, tests of others, and the package manager's state: nothing in it counts.
 */
export type Origin = 'own' | 'dependency' | 'system' | 'aside';

/** Where package managers of languages put what they install. */
const DEPENDENCY =
  /(^|\/)(node_modules|site-packages|dist-packages|bower_components|vendor\/(bundle|cache|ruby)|gems|vendor\/[^/]+\/[^/]+|\.m2|\.cargo|blib|local\/lib\/perl5|rocks-\d[^/]*|deps\/[^/]+\/(lib|ebin))\//;

/** What comes with an interpreter or a compiler, whether a package brought it or not. */
const INTERPRETERS =
  /(^|\/)lib(64|exec)?\/(python\d[\d.]*|pypy[\d.]*|ruby\/\d[^/]*|ruby\/(site|vendor)_ruby|perl5?\/\d[^/]*|perl(-base)?|[\w-]+\/perl(5|-base)?|tcl\d[\d.]*|tk\d[\d.]*|php\/(build|pear)|R\/library\/(base|stats|utils|tools|methods|graphics|grDevices|parallel)|erlang|elixir|go|rustlib|jvm|node_modules\/(npm|corepack))\/(?!(site|dist)-packages\/)/;

/** Interpreters and their libraries: what they name is where they look, and rules know what of it they want. */
const PROGRAMS =
  /(^|\/)s?bin\/(python|pypy|perl|ruby|irb|gem|bundle|node|nodejs|npm|npx|corepack|yarn|php|php-fpm|php-cgi|pear|pecl|phpize|java|javac|jar|lua|luajit|tclsh|wish|R|Rscript|erl|beam\.smp|elixir|go|bun|deno|docker-php[\w-]*)[\d.-]*$|(^|\/)lib(python|ruby|perl|php|node|jvm|jli|lua|tcl|tk|R)[\d.-]*[\w.-]*\.so[\d.]*$/;

const ASIDE =
  /(^|\/)(docs?|examples?|samples?|demos?|man|info|gtk-doc|licen[cs]es?|__pycache__)\/|(^|\/)(README|LICEN[CS]E|COPYING|CHANGE(S|LOG)|NEWS|AUTHORS|CONTRIBUTING|NOTICE|HISTORY)[^/]*$|\.(md|markdown|rst|adoc|pod|txt|html?|css|scss|less|map|po|pot|mo|svg|csv|tsv|log|sql|d\.[cm]?ts|pyi|tsbuildinfo)$/i;

/** What package managers and a running system keep for themselves: no package brought it, and it is no one's code. */
const STATE =
  /^(var\/(lib\/(dpkg|apt|rpm|pacman|ucf|systemd|misc|pam)|cache|log|mail|spool\/(?!cron))|lib\/apk|usr\/lib\/sysimage|usr\/share\/rpm)\/|^etc\/((passwd|group|shadow|gshadow|subuid|subgid|shells|fstab|hosts|hostname|resolv\.conf|ld\.so\.c(onf|ache)|nsswitch\.conf|mtab|motd|issue|environment|machine-id|\.pwd\.lock)-?$|(alternatives|rc.\.d|ssl\/certs)\/)/;

/** Tests of dependencies: nobody runs them. */
const TESTS = /(^|\/)(tests?|__tests__|specs?|benchmarks?|fixtures|features)\//;

/** @param isOwned true where a package of the distribution brought the file */
export function originOf(path: ImagePath, isOwned: (path: ImagePath) => boolean): Origin {
  if (ASIDE.test(path) || STATE.test(path)) return 'aside';
  if (INTERPRETERS.test(path) || PROGRAMS.test(path) || isOwned(path)) return 'system';
  if (!DEPENDENCY.test(path)) return 'own';
  return TESTS.test(path) ? 'aside' : 'dependency';
}
