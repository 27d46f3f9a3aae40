-- What is sorted is needed once.
DELETE FROM heard
