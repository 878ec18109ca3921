"""Keys that do something at the wallbox: the button's currents, the current without a central system, what tells when
something was, and what is kept over a restart.
"""


def press(box, ms=200):
    """Presses the button, and waits until the box has noticed."""
    before = box.status("lbp")
    box.do("button", ms=ms)
    box.wait_for(lambda: box.status("lbp") != before, 20)


def test_the_button_steps_through_the_currents_and_the_log_says_who(box):
    box.set(bac=3, clp=[7, 9, 32])
    box.do("plug", on=True)
    box.wait_for(lambda: box.ask("state")["amps"] == [16.0] * 3, 20)
    press(box)
    box.wait_for(lambda: box.ask("state")["amps"] == [7.0] * 3, 20)
    press(box, 60)  # short, and seen all the same
    box.wait_for(lambda: box.ask("state")["amps"] == [9.0] * 3, 20)
    assert any("amp set by the button" in line for line in box.log)
    press(box)
    box.wait_for(lambda: box.status("amp") == 7, 20)  # 32 A are more than the board carries
    box.set(bac=2)
    press(box)
    box.set(bac=0)
    assert box.status("amp") == 7
    assert box.status("lbp") <= box.status("rbt")


def test_what_changed_last_is_known_with_its_time(box):
    before = box.status("alwt", "lmsc", "modelStatus", "rbt")
    assert before["alwt"] <= before["lmsc"] <= before["rbt"]
    box.set(frc=1)
    box.wait_for(lambda: not box.status("alw"), 20)
    now = box.status("alwt", "lmsc", "modelStatus")
    assert before["rbt"] <= now["alwt"] == now["lmsc"] and now["modelStatus"] == 4
    box.set(frc=0)
    box.wait_for(lambda: box.status("alw"), 20)
    box.do("plug", on=True)
    box.wait_for(lambda: box.status("car") == 2, 20)
    later = box.status("alwt", "lmsc", "rfb")
    assert now["alwt"] < later["alwt"] < later["lmsc"] and later["rfb"] == 1


def test_without_a_central_system_its_own_current_counts(box):
    box.do("plug", on=True)
    box.wait_for(lambda: box.ask("state")["amps"] == [16.0] * 3, 20)
    box.set(ocppf=8)
    assert box.status("ocppf", "ocppff") == {"ocppf": 8, "ocppff": None}
    assert box.status("lim") != "fallback"  # OCPP is off
    box.set(ocppu="ws://127.0.0.1:1/box", ocppd="no-card", ocppe=True)
    box.wait_for(lambda: box.ask("state")["amps"] == [8.0] * 3, 20)
    assert box.status("lim", "cll")["lim"] == "fallback" and "ocppf" in box.status("why")
    box.set(ocppf=0)
    box.wait_for(lambda: box.status("modelStatus") == 35 and not box.ask("state")["contactor"], 30)
    box.set(ocppf=None)
    box.wait_for(lambda: box.status("lim") != "fallback", 20)
    box.set(ocppe=False, ocppu="")


def test_what_was_chosen_is_kept_over_a_restart_and_in_force_from_the_start_on(box):
    chosen = {"bac": 1, "sua": True, "sumd": 9000, "ocppla": False, "ocppcm": 1, "orsch": True, "osr": True, "ocppf": 6}
    box.set(clp=[6, 32], ocppe=True, **chosen)
    box.wait_for(lambda: box.status("lim") == "fallback", 20)
    resets = box.ask("state")["resets"]
    box.set(rst=True)
    box.wait_for(lambda: box.ask("state")["resets"] > resets and answers(box), 40)
    assert box.status("clp", *chosen) == {"clp": [6, 32], **chosen}
    box.wait_for(lambda: box.status("lim") == "fallback", 20)
    box.set(ocppe=False, ocppf=None, bac=0, ocppcm=0, orsch=False, osr=False, sua=False, ocppla=True, sumd=4000)


def answers(box):
    try:
        return box.status("rbc")
    except OSError:
        return False
