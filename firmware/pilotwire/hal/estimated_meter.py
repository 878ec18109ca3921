"""In the place of a meter where a board has none: what the car took, had it taken all it was offered.

It counts from 0 at each start. Whoever shows or bills what it says asks `estimated` first.
"""

from time import ticks_diff, ticks_ms

from micropython import const

_VOLT = const(230)
_LONG_MS = const(10_000)  # nobody looked: no more is counted
_WH = const(3_600_000)  # W x ms


class EstimatedMeter:
    """contract.Meter. outlet: whose offer is counted; phases: those of the board; .phases are those that are switched
    through. fresh() is true only where the owner
    lets estimates be billed (key `ocppem`): without it no transaction begins."""

    estimated = True
    frequency_mhz = None

    def __init__(self, outlet, phases):
        self._outlet = outlet
        self._wired = self.phases = phases
        self._rest = 0  # W x ms, less than a Wh
        self.energy_wh = 0
        self.at_ms = ticks_ms()
        self._flows(0)

    def fresh(self, now_ms):
        return self._outlet.settings.get("ocppem")

    async def read(self):
        now_ms = ticks_ms()
        passed_ms = min(ticks_diff(now_ms, self.at_ms), _LONG_MS)
        self._rest += self.power_w * passed_ms
        self.energy_wh += self._rest // _WH
        self._rest %= _WH
        self.at_ms = now_ms
        self._flows(self._outlet.offered_ma if self._outlet.connector.close else 0)

    def _flows(self, ma):
        live = self.phases
        self.voltages_mv = [_VOLT * 1000 * (i < self._wired) for i in range(3)]
        self.currents_ma = [ma * (i < live) for i in range(3)]
        self.powers_w = [ma * _VOLT // 1000 * (i < live) for i in range(3)]
        self.power_w = sum(self.powers_w)
