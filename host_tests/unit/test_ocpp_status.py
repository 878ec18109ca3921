from check import eq
from wire import Wire, charging

from pilotwire.core.ocpp_status import status
from pilotwire.core.transaction import Transaction
from pilotwire.ocpp import notification


class Outlet:
    """What status() looks at, around a connector on a wire."""

    unread = False

    def __init__(self, wire, phase=None, reason="", id_tag=None, over=None, ending=None):
        self.number, self.connector = 1, wire.box
        self.holds, self.settings = [], self  # nothing is out of service
        self.faults = wire.box.faults
        self.plugged = wire.box.plugged
        self.reason, self.id_tag, self.over, self.ending = reason, id_tag, over, ending
        self.transaction = self.trx = None
        if phase:
            self.transaction = Transaction(0, [1, "no-card", 0, 0, 0], 0)
            self.transaction.phase = phase

    def get(self, key):
        return 0


def of(wire, phase=None, **more):
    return status(Outlet(wire, phase, **more))


def fine(name, info=None):
    return name, "NoError", info, None


LEFT = "EV side disconnected"


def test_without_a_car_the_outlet_is_available():
    eq(of(Wire().run(1000)), fine("Available"))


def test_S04_authorised_before_the_plug_it_is_preparing():
    eq(of(Wire().run(1000), id_tag="04A1"), fine("Preparing"))


def test_X38_with_a_car_it_is_preparing_until_the_transaction_is_accepted():
    wire = Wire(car="B").run(1000)
    eq(of(wire), fine("Preparing"))
    eq(of(wire, "waiting", reason="central"), fine("Preparing"))


def test_a_car_that_does_not_ask_is_suspended_by_itself():
    eq(of(Wire(car="B").offer().run(1000), "running"), fine("SuspendedEV"))


def test_it_is_charging_while_the_contactor_is_closed_and_current_offered():
    eq(of(charging(), "running"), fine("Charging"))


def test_a_withdrawn_offer_is_suspended_by_the_wallbox_whether_the_car_asks_or_not():
    for car in "BC":
        wire = charging()
        wire.car = car
        eq(of(wire.offer(0).run(100), "running"), fine("SuspendedEVSE"))
        eq(of(wire.run(7000), "running"), fine("SuspendedEVSE"))


def test_a_car_that_asks_during_the_pause_after_opening_is_suspended_by_the_wallbox():
    wire = charging()
    wire.car = "B"
    wire.run(100)
    eq(of(wire, "running"), fine("SuspendedEV"))
    wire.car = "C"
    wire.run(2000)
    eq(of(wire, "running"), fine("SuspendedEVSE"))


def test_S08_after_the_transaction_it_is_finishing_until_the_car_is_unplugged():
    wire = charging().offer(0).run(7000)
    eq(of(wire, "running", ending=("Local", None, 0)), fine("Finishing"))
    for over in ("ended", "refused", "no_room"):
        eq(of(wire, over=over), fine("Finishing"))
    wire.car = "A"
    wire.run(1000)
    eq(of(wire), fine("Available"))


def test_S09_another_card_on_the_same_plug_makes_it_preparing():
    eq(of(charging().offer(0).run(7000), over="ended", id_tag="04A1"), fine("Preparing"))


def test_S20_a_transaction_that_goes_on_without_its_car_is_suspended_by_the_ev():
    wire = charging()
    wire.car = "A"
    eq(of(wire.run(1000), "running"), fine("SuspendedEV", LEFT))


def test_S21_one_that_ended_so_says_it():
    wire = charging()
    wire.car = "A"
    wire.run(1000)
    eq(of(wire, "running", ending=("EVDisconnected", None, 0)), fine("Available", LEFT))
    eq(of(wire, over="left"), fine("Available", LEFT))


def test_A29_not_accepted_and_kept_open_it_is_suspended_by_the_wallbox():
    wire = charging()
    wire.box.permit = False
    eq(of(wire.run(100), "suspended", reason="refused"), fine("SuspendedEVSE"))


def test_every_fault_says_its_name_and_comes_before_all_else():
    wire = charging()
    for name in ("meter", "diode", "pilot_short", "weld"):
        wire.box.faults.set(name)
        eq(of(wire, "running"), ("Faulted", name, None, None))


def test_a_notification_turns_the_name_of_a_fault_into_the_codes_of_ocpp():
    class Clock:
        def utc(self, at_ms):
            return None

    for name, error, vendor in (
        ("meter", "PowerMeterFailure", None),
        ("diode", "OtherError", "PilotDiode"),
        ("weld", "PowerSwitchFailure", "ContactorWelded"),
        ("ReaderFailure", "ReaderFailure", None),
        ("NoError", "NoError", None),
    ):
        _, payload = notification.call(Clock(), 1, ("Faulted", name, None, None), 0)
        eq((payload["errorCode"], payload.get("vendorErrorCode")), (error, vendor))


def test_a_car_that_wants_ventilation_is_faulted():
    wire = Wire(car="B").offer().run(1000)
    wire.car = "D"
    eq(of(wire.run(300), "running"), ("Faulted", "OtherError", None, "VentilationRequired"))


def test_an_external_fault_is_faulted():
    wire = Wire().run(1000)
    wire.box.external_fault = True
    eq(of(wire), ("Faulted", "OtherError", None, "SafetyInput"))


def test_V11_while_it_is_updated_an_outlet_is_unavailable_but_not_in_a_transaction():
    wire = Wire().run(1000)
    outlet = Outlet(wire)
    outlet.holds.append("update")
    eq(status(outlet), fine("Unavailable"))
    busy = Outlet(wire, "running")
    busy.holds.append("update")
    eq(status(busy)[0], "SuspendedEV")
