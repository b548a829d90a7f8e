import type { Program } from './program.ts';

const CHECK = `
library(stats4)
library(grid)
library(parallel)
library(splines)
print(summary(lm(mpg ~ wt, data = mtcars)))
print(solve(matrix(c(2, 1, 1, 3), 2)), digits = 4)
set.seed(1)
print(table(cut(rnorm(100), 3)))
cat(regmatches('whale 42', regexpr('[0-9]+', 'whale 42', perl = TRUE)), toupper('größe'), nchar('größe'), '\\n')
cat(format(as.POSIXct('2024-07-01 12:00', tz = 'UTC'), tz = 'Europe/Berlin', usetz = TRUE), '\\n')
cat(iconv('é', 'UTF-8', 'latin1', toRaw = TRUE)[[1]][1], system('echo shell', intern = TRUE), '\\n')
file <- tempfile(fileext = '.png')
png(file, type = 'cairo', width = 300, height = 300)
plot(1:3, main = 'whale')
invisible(dev.off())
cat(tools::md5sum(file)[[1]], '\\n')
pdf(file)
plot(1:3)
invisible(dev.off())
svg(file)
grid.text('whale')
invisible(dev.off())
cat(file.size(file) > 500, capabilities(c('png', 'jpeg', 'cairo', 'ICU', 'libcurl')), '\\n')
cat(unlist(mclapply(1:3, function(n) n^2, mc.cores = 2)), '\\n')
print(memDecompress(memCompress(charToRaw(strrep('krill', 50)), 'xz'), 'xz', asChar = TRUE) == strrep('krill', 50))
print(sort(rownames(installed.packages(.Library))))
print(extSoftVersion()[['PCRE']] != '')
warning('starving')
quit(status = 5)
`;

/** Packages of R code with libraries, started by shell scripts. */
export const rBaseCore: Program = {
  name: 'r-base-core',
  packages: ['r-base-core'],
  files: { '/app/check.R': CHECK },
  run: [
    { command: ['Rscript', '/app/check.R'], exitCode: 5, env: { LANG: 'C.UTF-8' } },
    { command: ['Rscript', '/app/check.R'], exitCode: 5, user: 'nobody' },
    {
      command: ['R', '--vanilla', '--quiet', '--no-echo'],
      exitCode: 1,
      stdin: "cat(R.home(), '\\n'); stop('krill')\n",
    },
  ],
};
