/** What a Unix system has and shell lines use without a thought: coreutils, and what stands beside it. */
export const COMMON_TOOLS: readonly string[] =
  `[ arch b2sum base32 base64 basename basenc cat chgrp chmod chown cksum comm cp csplit cut date dd df dir dirname du
   echo env expand expr factor false fmt fold groups head hostid id install join link ln logname ls md5sum mkdir mkfifo
   mknod mktemp mv nice nl nohup nproc numfmt od paste pathchk pr printenv printf pwd readlink realpath rm rmdir seq
   sha1sum sha224sum sha256sum sha384sum sha512sum shuf sleep sort split stat stdbuf stty sum sync tac tail tee test
   timeout touch tr true truncate tsort tty uname unexpand uniq unlink users wc who whoami yes
   sh tar gzip gunzip zcat find xargs grep egrep fgrep sed awk mawk gawk hostname which diff cmp
   ps free uptime kill pgrep pkill top w`.split(/\s+/);
