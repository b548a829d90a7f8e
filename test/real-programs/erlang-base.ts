import type { Program } from './program.ts';

const CHECK = `#!/usr/bin/env escript
main(Arguments) ->
  io:format("~p ~p~n", [Arguments, erlang:system_info(otp_release)]),
  Parent = self(),
  [spawn(fun() -> Parent ! {N, N * N} end) || N <- [1, 2, 3]],
  io:format("~p~n", [[receive {N, Square} -> Square end || N <- [1, 2, 3]]]),
  io:format("~p ~p~n", [erlang:md5(<<"krill">>), zlib:gunzip(zlib:gzip(<<"krill">>))]),
  io:format("~ts ~p~n", [string:uppercase("größe"), re:run("whale", "w(.*)e", [{capture, all_but_first, list}])]),
  io:format("~p~n", [inet:gethostbyname("localhost")]),
  io:format("~p~n", [inet:gethostbyname("whale.example")]),
  io:format("~p~n", [element(1, inet:gethostbyname("no-such-name.invalid"))]),
  io:format("~s~p~n", [os:cmd("echo shell"), calendar:system_time_to_rfc3339(0, [{offset, "Z"}])]),
  {ok, Socket} = gen_tcp:listen(0, [{ip, {127, 0, 0, 1}}]),
  io:format("~p~n", [is_port(Socket)]),
  Table = dets:open_file(krill, [{file, "/tmp/krill.dets"}]),
  io:format("~p ~p~n", [Table, code:which(lists) =/= non_existing]),
  halt(7).
`;

/** A virtual machine with its library of compiled modules, and helper programs that it starts. */
export const erlangBase: Program = {
  name: 'erlang-base',
  packages: ['erlang-base'],
  files: { '/app/check.escript': CHECK },
  prepare: 'chmod +x /app/check.escript',
  run: [
    { command: ['/app/check.escript', 'whale', '42'], exitCode: 7 },
    { command: ['escript', '/app/check.escript'], exitCode: 7, user: 'nobody', env: { LANG: 'C.UTF-8', HOME: '/tmp' } },
    { command: ['erl', '-noshell', '-eval', 'io:format("~p~n", [lists:seq(1, 5)]), halt(3).'], exitCode: 3 },
    {
      command: ['erl', '-noshell', '-sname', 'whale', '-eval', 'io:format("~p~n", [is_alive()]), halt().'],
      env: { HOME: '/tmp' },
    },
    { command: ['erlc', '-o', '/tmp', '/app/none.erl'], exitCode: 1 },
  ],
};
