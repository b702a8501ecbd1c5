"""Called once by the session: closes the host off and hands it the functions it calls."""

import sys

from . import gate, output, runner, sites

gate.close()
# Our packages are imported anew by every run: compiled once, they load much faster.
sys.dont_write_bytecode = False

begin = runner.begin
run_cell = runner.run_cell
end = runner.end
clear = runner.clear
written = runner.written
flush = output.flush
innermost = sites.innermost
top_level = sites.top_level
# For calls past the proxies: all three live as long as Python does.
addresses = (id(sites.innermost), id(sites.top_level), id(KeyboardInterrupt))


def address_of(index):
    return addresses[index]
