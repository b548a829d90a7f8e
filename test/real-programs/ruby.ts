import type { Program } from './program.ts';

const CHECK = `
require 'json'
require 'digest'
require 'openssl'
require 'yaml'
require 'socket'
require 'etc'
require 'zlib'
require 'bigdecimal'
require 'open3'
require 'time'

puts JSON.generate({ 'name' => 'whale', 'list' => [1, nil, 2.5] })
puts Digest::SHA256.hexdigest('whale'), OpenSSL::Digest.new('SHA3-256').hexdigest('whale')
puts OpenSSL::OPENSSL_LIBRARY_VERSION
store = OpenSSL::X509::Store.new
store.set_default_paths
puts File.exist?(OpenSSL::X509::DEFAULT_CERT_FILE), File.directory?(OpenSSL::X509::DEFAULT_CERT_DIR)
cipher = OpenSSL::Cipher.new('aes-256-gcm').encrypt
cipher.key = 'k' * 32
cipher.iv = 'i' * 12
puts (cipher.update('whale') + cipher.final).unpack1('H*')
puts YAML.load("whale:\\n  eats: [krill, 3]\\n").inspect, { 'a' => [1, 'b'] }.to_yaml
puts Etc.getpwnam('root').dir, Etc.getpwuid.name, Etc.getgrgid(0).name
puts Zlib::Inflate.inflate(Zlib::Deflate.deflate('krill' * 100)).length
puts BigDecimal('0.1') + BigDecimal('0.2')
server = TCPServer.new('127.0.0.1', 0)
client = Thread.new { TCPSocket.open('127.0.0.1', server.addr[1]) { |s| s.puts 'hello'; s.gets } }
server.accept.tap { |s| s.puts "echo #{s.gets}"; s.close }
puts client.value
%w[localhost whale.example no-such-name.invalid].each do |name|
  puts Addrinfo.tcp(name, 80).ip_address
rescue SocketError
  puts "unknown #{name}"
end
puts Open3.capture2e('/bin/sh', '-c', 'echo hi; exit 4').inspect.sub(/pid \\d+/, 'pid N')
puts Time.parse('2024-07-01T12:00:00Z').utc.iso8601, 'Ä'.encode('Shift_JIS', undef: :replace).bytes.inspect
exit 5
`;

/** Extensions in C, gems that come with the language, encodings, and a subprocess. */
export const ruby: Program = {
  name: 'ruby',
  packages: ['ruby', 'ca-certificates'],
  files: { '/app/check.rb': CHECK },
  run: [
    { command: ['ruby', '/app/check.rb'], exitCode: 5, env: { LANG: 'C.UTF-8' } },
    { command: ['ruby', '/app/check.rb'], exitCode: 5, user: 'nobody' },
    { command: ['gem', '--version'] },
    { command: ['ruby', '-ne', 'puts $_.upcase'], stdin: 'whale\nkrill\n' },
  ],
};
