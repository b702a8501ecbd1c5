"""Called once by the session: closes the host off and hands it the functions it calls."""

import sys

from . import gate, output, runner, tracebacks

gate.close()
# Our packages are imported anew by every run: compiled once, they load much faster.
sys.dont_write_bytecode = False

begin = runner.begin
run_cell = runner.run_cell
end = runner.end
clear = runner.clear
written = runner.written
flush = output.flush
# For the engine, which looks at the frames of running code itself; it lives as long as Python does.
sources_address = id(tracebacks.sources)
