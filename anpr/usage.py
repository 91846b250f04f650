"""What the command says of itself: what it is for, examples, exit codes."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process says when it ends; part of the user interface."""

    OK = 0
    SOME_FAILED = 1
    USAGE = 2
    NOTHING_TO_READ = 3
    NO_TESSERACT = 4
    NOT_WRITTEN = 5
    NO_WORKERS = 6
    NO_MODEL = 7
    NO_CLUSTER = 8
    INTERRUPTED = 130  # 128 + SIGINT, as shells have it
    TERMINATED = 143  # 128 + SIGTERM


DESCRIPTION = "Reads the number plates in photographs and prints them, one line a plate."
EPILOG = """\
examples:
  ocr_license_plate.py --input license_plates/group1
  ocr_license_plate.py --input photos/ --region in --output plates.csv --report plates.html
  ocr_license_plate.py --input photos/ --output plates.csv --resume
  ocr_license_plate.py --input camera/ --watch --output plates.csv --resume
  ocr_license_plate.py --input photos/ --redact without_plates/
  ocr_license_plate.py --input s3://bucket/photos --cluster auto --output plates/
  ocr_license_plate.py --input gate.jpg yard/ --debug 1
  ocr_license_plate.py --input license_plates/group2 --pipeline tutorial --clear-border 1

exit codes:
  0    every photo was processed, with or without a plate in it
  1    some files failed; stderr names them
  2    the command line is not understood
  3    there was nothing to read
  4    Tesseract is missing or does not work, and the pipeline needs it
  5    the output could not be written; what was written stands
  6    the processes that read photos do not start; --workers 1 reads without any
  7    the weights of the networks are missing or damaged; install anpr again
  8    the cluster cannot be reached, or cannot go on; what was written stands
  130  interrupted (Ctrl-C); what was printed and written stands
  143  terminated (SIGTERM); what was printed and written stands

Results go to stdout, everything else to stderr."""
