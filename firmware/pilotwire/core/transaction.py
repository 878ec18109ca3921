"""A transaction as outlet and charge point share it: one makes it and stops it, the other sends it."""


class Transaction:
    """phase, with who sets it:
    "new"       made by the outlet
    "starting"  StartTransaction was sent (charge point)
    "running"   accepted: the contactor may be closed (charge point)
    "refused"   not accepted (charge point); stays so when it is stopped
    "stopping"  over, the charge point has to say so (outlet, by `stop`)
    "done"      said and answered (charge point)
    """

    def __init__(self, connector_id, id_tag, meter_start_wh, started_ms):
        """meter_start_wh: the register at the start in Wh. started_ms: ticks."""
        self.connector_id = connector_id
        self.id_tag = id_tag
        self.meter_start_wh = meter_start_wh
        self.started_ms = started_ms
        self.sampled_ms = started_ms  # the charge point: ticks when its last MeterValues were due
        self.clock_known = False  # the outlet: was the clock set when it began?
        self.phase = "new"
        self.id = None  # the charge point, from StartTransaction.conf
        self.meter_stop_wh = None  # these three by `stop`
        self.stopped_ms = None
        self.reason = None
        self.started_utc = self.stopped_utc = None  # the charge point, as it said them first

    def stop(self, meter_wh, now_ms, reason):
        """It is over. meter_wh: the register in Wh, None when the meter is silent; now_ms: ticks of the end; reason: of
        OCPP 1.6, 7.36. Only the first call counts."""
        if self.stopped_ms is not None:
            return
        self.meter_stop_wh = meter_wh
        self.stopped_ms = now_ms
        self.reason = reason
        if self.phase != "refused":
            self.phase = "stopping"
